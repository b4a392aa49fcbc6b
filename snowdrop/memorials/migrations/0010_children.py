from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('memorials', '0009_veil'),
    ]

    operations = [
        migrations.AddField(
            model_name='kin',
            name='is_child',
            field=models.BooleanField(default=False, verbose_name='A child'),
        ),
    ]
