// A page lives on its websocket. When that ends while the page is looked at, one line says so, and the page loads again, at the
// address it then has, once the server answers. Runs before Bokeh's scripts, so that it sees a connection that never came up.
(() => {
  const FIRST_PAUSE_MS = 500;
  const LONGEST_PAUSE_MS = 30_000;
  const MOST_PROBES = 200;
  const MOST_RELOADS = 5;
  const STABLE_AFTER_MS = 60_000;
  const KEY = "workbench-reloads";
  let is_lost = false;
  let leaving_at = -Infinity;

  const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  // Many pages lose one server at the same moment: some chance keeps them from coming back at the same moment too.
  const pause = (attempt) => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.75 + Math.random() / 2);
  const reloads = () => Number(sessionStorage.getItem(KEY) || 0);

  const line = document.createElement("div");
  line.className = "connection-lost";
  line.setAttribute("role", "alert");
  const say = (text, has_button) => {
    line.textContent = text;
    if (has_button) {
      const button = document.createElement("button");
      button.textContent = "Reload";
      button.addEventListener("click", () => location.reload());
      line.append(" ", button);
    }
    if (!line.isConnected) document.body.prepend(line);
  };

  const answers = async () => {
    try {
      const answer = await fetch("api/v1/health/ready", { cache: "no-store", signal: AbortSignal.timeout(10_000) });
      return answer.ok;
    } catch (failure) {
      return false;
    }
  };

  const recover = async () => {
    // A page whose connection is refused again and again, such as behind a proxy without websockets, must not load for ever.
    const count = reloads();
    if (count >= MOST_RELOADS) {
      say("Connection lost. Check the network or ask whoever runs this server.", true);
      return;
    }
    say("Connection lost. Reloading…", false);
    await wait(count ? pause(count) : 0);
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      if (await answers()) {
        sessionStorage.setItem(KEY, String(count + 1));
        location.reload();
        return;
      }
      await wait(pause(probe));
    }
    say("Connection lost. The server does not answer.", true);
  };

  const lose = async () => {
    // Whoever follows a link closes the connection too. A download says that the page is left, and it stays.
    if (performance.now() - leaving_at < 5000) await wait(3000);
    if (is_lost) return;
    is_lost = true;
    await recover();
  };

  window.addEventListener("beforeunload", () => { leaving_at = performance.now(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  window.WebSocket = class extends WebSocket {
    constructor(...parameters) {
      super(...parameters);
      let stable;
      this.addEventListener("open", () => { stable = setTimeout(() => sessionStorage.removeItem(KEY), STABLE_AFTER_MS); });
      this.addEventListener("close", () => { clearTimeout(stable); void lose(); });
    }
  };
})();
