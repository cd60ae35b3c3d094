"""The edges: command line, imports and exports, settings. They talk to people and machines and judge nothing."""
