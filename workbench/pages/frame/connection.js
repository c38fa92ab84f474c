// A page depends on its websocket. When that closes while the page is open, one line says so, and the page reloads at its current
// address once the server answers. Runs before Bokeh's scripts, so that it also notices a connection that never opened.
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
  // Many pages lose a server at the same moment: jitter keeps them from reconnecting at the same moment.
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
    // A page whose connection is always refused, such as behind a proxy without websockets, must not reload forever.
    const count = reloads();
    if (count >= MOST_RELOADS) {
      say("Connection lost. Check the network or ask the administrator of this server.", true);
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
    // Following a link closes the connection too. A download fires beforeunload as well, but the page stays.
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
