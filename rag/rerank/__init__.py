"""Stages that judge candidates anew."""
