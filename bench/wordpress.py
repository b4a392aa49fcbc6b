"""WordPress as a peer: Debian's packages with its default theme, one post with a photograph and words, in Apache.

Everything stands in a folder of its own and is gone afterwards; only the packages stay on the machine.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.frame import free_port, get

PACKAGES = (
    "wordpress wordpress-theme-twentytwentythree libapache2-mod-php apache2 php-cli php-mysql php-gd mariadb-server"
)
SOURCE = Path("/usr/share/wordpress")
USER = "www-data"

CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_CHARSET', 'utf8mb4');
define('DB_HOST', 'localhost:{socket}'); define('DB_COLLATE', '');
define('WP_HOME', '{url}'); define('WP_SITEURL', '{url}'); define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true); define('WP_DEBUG', false);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

SETTLE = """<?php
define('WP_INSTALLING', true);
require '{folder}/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/media.php';
require_once ABSPATH . 'wp-admin/includes/file.php';
require_once ABSPATH . 'wp-admin/includes/image.php';
add_filter('pre_wp_mail', '__return_false');
wp_install('Wren', 'ines', 'ines@example.org', true, '', 'a long word of no use');
switch_theme('twentytwentythree');
copy('{picture}', '{folder}/picture.jpg');
$id = media_handle_sideload(['name' => 'picture.jpg', 'tmp_name' => '{folder}/picture.jpg'], 0);
if (is_wp_error($id)) {{ fwrite(STDERR, $id->get_error_message()); exit(1); }}
$image = '<!-- wp:image {{"id":' . $id . ',"sizeSlug":"large"}} --><figure class="wp-block-image size-large">'
  . wp_get_attachment_image($id, 'large') . '</figure><!-- /wp:image -->';
$words = '';
for ($n = 0; $n < {paragraphs}; $n++)
  $words .= '<!-- wp:paragraph --><p>' . str_repeat('She had long fingers, and snow lay on the hedge. ', 6)
    . '</p><!-- /wp:paragraph -->';
echo wp_insert_post(['post_title' => 'Wren', 'post_content' => $image . $words, 'post_status' => 'publish']);
"""

SERVED = """
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog {folder}/apache.log
User {user}
Group {user}
LoadModule mpm_prefork_module {modules}/mod_mpm_prefork.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule mime_module {modules}/mod_mime.so
LoadModule filter_module {modules}/mod_filter.so
LoadModule deflate_module {modules}/mod_deflate.so
LoadModule php_module {modules}/libphp8.2.so
TypesConfig /etc/mime.types
AddOutputFilterByType DEFLATE text/html text/css application/javascript text/javascript image/svg+xml
DocumentRoot {folder}/site
DirectoryIndex index.php
<FilesMatch "\\.php$">
  SetHandler application/x-httpd-php
</FilesMatch>
<Directory {folder}/site>
  Require all granted
</Directory>
"""


def can_be_had() -> bool:
    """Whether it is here, or could be installed."""
    if not _is_here() and os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES.split()]
        subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, stdout=sys.stderr)
    return _is_here()


def _is_here() -> bool:
    return os.geteuid() == 0 and SOURCE.is_dir() and all(map(shutil.which, ("apache2", "mariadbd", "php")))


@contextmanager
def post(picture: Path, *, paragraphs: int) -> Iterator[str]:
    """The address of a post that holds this picture and so many paragraphs, served by Apache with PHP inside."""
    folder = Path(tempfile.mkdtemp(prefix="wp-", dir="/tmp"))
    folder.chmod(0o755)
    site, socket, port = folder / "site", folder / "mysql.sock", free_port()
    url = f"http://127.0.0.1:{port}"
    running: list[subprocess.Popen[bytes]] = []
    try:
        shutil.copytree(SOURCE, site, symlinks=False, ignore=shutil.ignore_patterns("wp-config.php"))
        (site / "wp-content" / "uploads").mkdir(exist_ok=True)
        (site / "wp-config.php").write_text(CONFIG.format(socket=socket, url=url))
        data = folder / "mysql"
        asked = ["mariadb-install-db", f"--datadir={data}", "--user=mysql", "--auth-root-authentication-method=normal"]
        _run(*asked, "--skip-test-db")
        shutil.chown(folder, "mysql")
        database = ["mariadbd", f"--datadir={data}", f"--socket={socket}", "--skip-networking", "--user=mysql"]
        running.append(_start(*database, f"--pid-file={folder}/mysql.pid"))
        _until(socket.exists, "MariaDB")
        _run("mariadb", "--user=root", f"--socket={socket}", "--execute=CREATE DATABASE wordpress")
        settle = folder / "settle.php"
        settle.write_text(SETTLE.format(folder=site, picture=picture, paragraphs=paragraphs))
        number = _run("php", str(settle)).strip().split()[-1]
        user = pwd.getpwnam(USER)
        for path in (site / "wp-content").rglob("*"):
            os.chown(path, user.pw_uid, user.pw_gid)
        served = SERVED.format(port=port, folder=folder, user=USER, modules="/usr/lib/apache2/modules")
        (folder / "apache.conf").write_text(served)
        running.append(_start("apache2", "-f", f"{folder}/apache.conf", "-DFOREGROUND"))
        address = f"{url}/?p={number}"
        _until(lambda: get(address, timeout=20)[0] == 200, "WordPress")
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/")
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stderr[-500:] or done.stdout[-500:]}")
    return done.stdout


def _start(*command: str) -> subprocess.Popen[bytes]:
    # In a group of its own: Apache, told to end, ends its whole group.
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd="/", start_new_session=True)


def _until(is_there: object, what: str) -> None:
    assert callable(is_there)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if is_there():
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"{what} did not start")
