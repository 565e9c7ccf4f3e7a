"""A keyword index of a source tree, inside its Sphinx documentation."""
