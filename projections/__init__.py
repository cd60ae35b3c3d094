"""The judgement: what the recorded events mean under every reading of the contract."""
