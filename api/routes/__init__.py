"""The calls under /v1, a module a resource: `docs/api.md` is their contract."""
