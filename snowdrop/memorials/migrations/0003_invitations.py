"""Invitations for several people, links with an end, questions whether somebody may come in, and the log.

It finds invitations that were accepted or not, and members who were taken out at some time. It leaves the same: an
accepted one is used up, and whoever was taken out comes back by no invitation that there is now.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def carry_over(apps, schema_editor):
    invitations = apps.get_model("memorials", "Invitation").objects.using(schema_editor.connection.alias)
    invitations.filter(accepted_at__isnull=False).update(used=1)
    members = apps.get_model("memorials", "Membership").objects.using(schema_editor.connection.alias)
    newest = invitations.aggregate(newest=models.Max("pk"))["newest"] or 0
    members.filter(removed_at__isnull=False).update(removed_upto=newest)


class Migration(migrations.Migration):

    dependencies = [
        ('memorials', '0002_several_facts_of_a_kind'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Knock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('says', models.CharField(max_length=200, verbose_name='Who are you?')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('not_now_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='LogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('what', models.CharField(choices=[('asked_in', 'Asked in'), ('taken_back', 'Invitation taken back'), ('came_in', 'Came in'), ('let_in', 'Let in, after they had asked'), ('not_now', 'Not let in for now'), ('moved', 'What they are to you, or do for you, was changed'), ('removed', 'Can no longer open the page'), ('left', 'Left the page'), ('link_made', 'Link made'), ('link_ended', 'Link ended'), ('keeper_removal_announced', 'Announced: will no longer look after the page'), ('keeper_removal_stopped', 'Stopped: still looks after the page'), ('keeper_removed', 'No longer looks after the page'), ('opening_announced', 'Announced: the page will be open to everyone'), ('opening_stopped', 'Stopped: the page stays as it is'), ('opened', 'The page was opened to everyone'), ('closed', 'The page was closed to everyone else'), ('successor_named', 'Named to look after the page later'), ('successor_unnamed', 'No longer named to look after the page later'), ('successor_announced', 'Announced: would look after the page from now on'), ('successor_stopped', 'Stopped: does not look after the page now'), ('successor_entered', 'Looks after the page from now on'), ('paused', 'Such changes rest for thirty days'), ('pause_ended', 'Such changes are possible again')], max_length=30)),
                ('whom', models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.AddField(
            model_name='guestlink',
            name='expires_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='invitation',
            name='used',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='invitation',
            name='uses',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='membership',
            name='removed_upto',
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='invitation',
            name='accepted_at',
        ),
        migrations.RemoveField(
            model_name='invitation',
            name='accepted_by',
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('used__lte', models.F('uses')), ('uses__gte', 1), ('uses__lte', 200)), name='invitation_is_for_some'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('uses', 1), models.Q(('circle', 40), _negated=True), _connector='OR'), name='a_keeper_is_asked_alone'),
        ),
        migrations.AddField(
            model_name='knock',
            name='memorial',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='knocks', to='memorials.memorial'),
        ),
        migrations.AddField(
            model_name='knock',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='logentry',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='logentry',
            name='memorial',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='log', to='memorials.memorial'),
        ),
        migrations.AddConstraint(
            model_name='knock',
            constraint=models.UniqueConstraint(models.F('memorial'), models.F('person'), name='one_knock_a_person'),
        ),
        migrations.AddConstraint(
            model_name='knock',
            constraint=models.UniqueConstraint(models.F('person'), condition=models.Q(('memorial', None)), name='one_knock_at_nothing'),
        ),
        migrations.AddIndex(
            model_name='logentry',
            index=models.Index(fields=['memorial', '-id'], name='log_newest_first'),
        ),
    ]
