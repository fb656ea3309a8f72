"""Which artists somebody loves or blocks, said in this program: an overlay beside logs, profiles and models."""
