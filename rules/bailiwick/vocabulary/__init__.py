"""The nouns of the tool: policy, subsystem, reference, finding, and its errors."""
