"""What happens to data: one function an event, ports as arguments."""
