"""Which lines open sections: the evidence, one kind a module; `ingest.structure` weighs it."""
