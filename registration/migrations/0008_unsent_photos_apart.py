from typing import Any

from django.db import migrations

ALIKE = ('declaration_id', 'kind', 'file', 'thumbnail', 'source', 'crop', 'hints', 'width', 'height')


def set_apart(apps: Any, schema_editor: Any) -> None:
    photos, replacements, requests = (
        apps.get_model('registration', name).objects for name in ('Photo', 'Replacement', 'SupplementRequest')
    )
    for asked in requests.filter(answered_at=None, declaration__state='supplement').iterator():
        put = photos.filter(declaration=asked.declaration_id, kind__in=asked.items, created_at__gt=asked.asked_at)
        for photo in put:
            replacements.create(**{name: getattr(photo, name) for name in ALIKE})
            photo.delete()


class Migration(migrations.Migration):
    """The version before put a new photo in at once: of files that still wait, those are not sent yet."""

    dependencies = [
        ('registration', '0007_replacements'),
    ]

    operations = [migrations.RunPython(set_apart, migrations.RunPython.noop)]
