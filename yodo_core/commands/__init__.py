"""What the commands of the CLI do, one file each; `yodo_core.__main__` only parses and prints."""
