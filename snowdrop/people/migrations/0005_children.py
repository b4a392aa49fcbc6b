from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_reading'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='children_at',
            field=models.CharField(blank=True, default='', max_length=200),
            preserve_default=False,
        ),
        migrations.RemoveIndex(
            model_name='session',
            name='sessions_at_a_glance',
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(models.F('key_hash'), models.F('expires_at'), models.F('person'), models.F('seen_on'), models.F('id'), models.F('children_at'), name='sessions_at_a_glance'),
        ),
    ]
