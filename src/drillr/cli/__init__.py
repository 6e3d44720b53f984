"""The command line: flags in, stdout and exit codes out."""
