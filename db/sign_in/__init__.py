"""What signing in needs: sessions and the keys of their tokens, second factors, password resets, identities at providers."""
