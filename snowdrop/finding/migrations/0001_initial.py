"""The index of words, and what each database answers from.

SQLite: a table of words (FTS5) that reads its texts from the entries and is kept by three triggers, whoever writes
them. The tokens are ours, so its own tokenizer has only to leave them whole. It keeps neither places nor lengths.
Whoever lets a later migration make the table of entries anew on SQLite makes the triggers anew too.

PostgreSQL: an index on the same column, by a function that says what it costs. Left to itself the planner takes it for
as cheap as a comparison, and reads every row of a large house instead of the index.
"""

from django.db import migrations, models

SQLITE = [
    """
    CREATE VIRTUAL TABLE finding_words USING fts5(
        tokens, content='finding_entry', content_rowid='id', tokenize="ascii tokenchars '_'", detail=none, columnsize=0
    )
    """,
    """
    CREATE TRIGGER finding_entry_written AFTER INSERT ON finding_entry BEGIN
        INSERT INTO finding_words(rowid, tokens) VALUES (new.id, new.tokens);
    END
    """,
    """
    CREATE TRIGGER finding_entry_written_anew AFTER UPDATE OF id, tokens ON finding_entry BEGIN
        INSERT INTO finding_words(finding_words, rowid, tokens) VALUES ('delete', old.id, old.tokens);
        INSERT INTO finding_words(rowid, tokens) VALUES (new.id, new.tokens);
    END
    """,
    """
    CREATE TRIGGER finding_entry_forgotten AFTER DELETE ON finding_entry BEGIN
        INSERT INTO finding_words(finding_words, rowid, tokens) VALUES ('delete', old.id, old.tokens);
    END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER finding_entry_forgotten",
    "DROP TRIGGER finding_entry_written_anew",
    "DROP TRIGGER finding_entry_written",
    "DROP TABLE finding_words",
]
POSTGRESQL = [
    """
    CREATE FUNCTION finding_tokens(tokens text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000
    AS $$ BEGIN RETURN array_to_tsvector(string_to_array(tokens, ' ')); END $$
    """,
    "CREATE INDEX finding_words ON finding_entry USING gin (finding_tokens(tokens))",
]
POSTGRESQL_BACK = ["DROP INDEX finding_words", "DROP FUNCTION finding_tokens(text)"]


def make(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("keeping", models.UUIDField(unique=True)),
                ("rules", models.PositiveSmallIntegerField()),
                ("tokens", models.TextField()),
            ],
        ),
        migrations.RunPython(make, unmake),
    ]
