"""The judgement, module by module, as statements of the contract's readings."""
