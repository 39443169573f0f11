"""Where corrections come from: one module a kind of source, each giving events in the contract's shape."""
