from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('story', '0004_veil'),
    ]

    operations = [
        migrations.AddField(
            model_name='moment',
            name='for_children',
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
