"""What the command line asks and prints, one file a command; `yodo_core.commands` does the work."""
