"""Which process works on what: leases of deliveries, turns, announcements, and limits of calls."""
