<?php
// The application of the sample site, where php-fpm is there. It fills in the page beside this file.
$visits = (int)($_COOKIE['visits'] ?? 0);
setcookie('visits', (string)($visits + 1), ['path' => '/app/', 'httponly' => true, 'samesite' => 'Lax']);

$told = array_filter($_SERVER, fn($name) => !in_array($name, ['PHP_SELF', 'REQUEST_TIME', 'REQUEST_TIME_FLOAT', 'argv', 'argc', 'FCGI_ROLE', 'USER', 'HOME'], true), ARRAY_FILTER_USE_KEY);
$rows = '';
foreach ($told as $name => $value) {
	$rows .= '<tr><th scope="row">' . htmlspecialchars($name) . '</th><td data-label="Value">' . htmlspecialchars($value) . "</td></tr>\n";
}

$text = $_POST['text'] ?? '';
echo strtr(file_get_contents(__DIR__ . '/page.html'), [
	'{program}' => 'PHP ' . PHP_VERSION,
	'{visits}' => $visits === 1 ? 'once' : "$visits times",
	'{said}' => $text === '' ? '' : 'You said: ' . htmlspecialchars($text),
	'{parameters}' => rtrim($rows),
]);
