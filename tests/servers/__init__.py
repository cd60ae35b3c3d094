"""The real servers that tests run against, each started by the tests themselves."""
