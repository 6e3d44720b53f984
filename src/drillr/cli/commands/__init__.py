"""The flags of every command, a module per area. Bodies import what they run."""
