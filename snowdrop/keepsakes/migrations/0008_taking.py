from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('keepsakes', '0007_kinds'),
    ]

    operations = [
        migrations.AddField(
            model_name='photograph',
            name='drawn_by',
            field=models.CharField(blank=True, default='', max_length=80, verbose_name='Drawn by'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='photograph',
            name='for_children',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='recording',
            name='for_children',
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
