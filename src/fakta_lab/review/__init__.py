"""What a person should look at: labels that may be wrong, and documents that are worth correcting next."""
