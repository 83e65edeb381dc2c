from django.contrib.auth.hashers import Argon2PasswordHasher


class PortalArgon2Hasher(Argon2PasswordHasher):
    """Argon2id at OWASP's m=19 MiB, t=2, p=1: about 25 ms, a fifth of Django's default memory."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
