from django.db import migrations, models

from accounts.migrations._beside_writers import AddIndexBesideWriters


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0010_messages_that_arrive'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='message',
            index=models.Index(condition=models.Q(('final_at__isnull', True)), fields=['sweep_at'], name='message_not_final'),
        ),
        AddIndexBesideWriters(
            model_name='message',
            index=models.Index(fields=['created_at'], name='message_by_time'),
        ),
        AddIndexBesideWriters(
            model_name='message',
            index=models.Index(condition=models.Q(('provider_reference', ''), _negated=True), fields=['provider_reference'], name='message_by_reference'),
        ),
        AddIndexBesideWriters(
            model_name='message',
            index=models.Index(condition=models.Q(('replaced_at__isnull', True), ('state__in', ['failed', 'expired', 'uncertain'])), fields=['-id'], name='message_lost'),
        ),
        AddIndexBesideWriters(
            model_name='message',
            index=models.Index(condition=models.Q(('replaced_at__isnull', True), ('state__in', ['failed', 'expired', 'uncertain'])), fields=['office', '-id'], name='message_lost_of_office'),
        ),
        # The version before still sweeps by it; 0012 drops it from the database.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveIndex(model_name='message', name='message_unfinished')],
        ),
    ]
