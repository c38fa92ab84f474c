"""Links in reports and notifications that stop them."""
