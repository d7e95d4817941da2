#!/usr/bin/env perl
# download.pl DIR FILE HASH [NAME AT THE URL] URL...
#
# Fetches FILE into DIR unless it is there. HASH is the SHA-256 of the file;
# "skip", "x" or nothing accepts any. Each URL is a directory (or ends in the
# file's name). DOWNLOAD_MIRROR (";" between several, file:// too) and
# CONFIG_LOCALMIRROR are asked first. A file appears under its name only when it
# is whole and its hash is right.
use strict;
use warnings;
use Digest::SHA;
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Path qw(make_path);
use lib dirname(__FILE__) . '/lib';
use Dotconfig qw(read_dotconfig);

my ($dir, $file, $hash, $remote, @urls) = @ARGV;
defined $hash or die "usage: download.pl DIR FILE HASH URL_FILE URL...\n";
$remote = $file unless defined $remote && length $remote;
die "not a file name: $file\n" if $file =~ m{/|^\.{1,2}\z|^\z};
my $path = "$dir/$file";
my $check = length $hash && $hash !~ /^(?:skip|x)\z/i;
if ($check && $hash !~ /^[0-9a-f]{64}\z/i) {
	die "Cannot check $file: \"$hash\" is no SHA-256 (64 hexadecimal digits)\n";
}
make_path($dir);

my $config = read_dotconfig('.config');
$config = read_dotconfig("$ENV{TOPDIR}/.config") if $ENV{TOPDIR};

# Makes the Ctrl-C of the terminal end this too, not only the program it runs.
$SIG{INT} = $SIG{TERM} = sub { unlink "$path.dl"; exit 130 };

exit 0 if -e $path && is_right($path, 1);
for my $mirror (mirrors()) {
	next unless fetch($mirror);
	exit 0 if -e $path;
}
die "No more mirrors to try - giving up.\n";

sub mirrors {
	my @first = grep { length } split /[;\s]+/, join ';', $ENV{DOWNLOAD_MIRROR} // '', $config->{LOCALMIRROR} // '';
	return (@first, map { expand($_) } @urls);
}

sub expand {
	my ($url) = @_;
	my %shorthand = (
		GITHUB => 'https://raw.githubusercontent.com', GNU => 'https://ftp.gnu.org/gnu', KERNEL => 'https://cdn.kernel.org/pub',
		SF => 'https://downloads.sourceforge.net', SAVANNAH => 'https://download.savannah.gnu.org/releases',
		APACHE => 'https://downloads.apache.org', GNOME => 'https://download.gnome.org/sources', OPENWRT => 'https://sources.openwrt.org',
	);
	$url =~ s{^@(\w+)(?=/|\z)}{$shorthand{(split m{/}, $1)[0]} // "\@$1"}e;
	return $url;
}

# True when something was brought to $path.
sub fetch {
	my ($mirror) = @_;
	$mirror =~ s{/+\z}{};
	unlink "$path.dl";
	if ($mirror =~ m{^file://(.*)\z}s) {
		return copy_from($1);
	}
	if ($mirror !~ m{^(?:https?|ftp)://[^\s'"`\$\\]+\z}) {
		print STDERR "Unsupported URL $mirror\n";
		return 0;
	}
	my $url = $mirror =~ m{/\Q$remote\E\z} ? $mirror : "$mirror/$remote";
	my @command = command($url);
	print STDERR "+ @command\n";
	open my $output, '-|', @command or return download_failed();
	return receive($output);
}

sub copy_from {
	my ($place) = @_;
	my @found = -f $place && $place =~ m{/\Q$remote\E\z} ? ($place) : grep { -f } ("$place/$remote", "$place/$file");
	if (!@found && -d $place) {
		open my $search, '-|', 'find', '-L', $place, '-type', 'f', '-name', $remote or return 0;
		chomp(@found = sort <$search>);
		close $search;
	}
	if (!@found) {
		print STDERR "No instances of $remote found in $place.\n";
		return 0;
	}
	if (@found > 1) {
		print STDERR "$#{[@found]} or more instances of $remote found in $place . Only one instance allowed.\n" if @found > 2;
	}
	print "Copying $remote from $found[0]\n";
	copy($found[0], "$path.dl") or do { print STDERR "Failed to copy $found[0] -> $dir\n"; return 0 };
	return settle();
}

# CURL_OPTIONS and WGET_OPTIONS come last, so that they win.
sub command {
	my ($url) = @_;
	if (!$ENV{DOWNLOAD_TOOL_WGET} && has('curl')) {
		return ('curl', '-f', '--connect-timeout', '20', '--retry', '5', '--location', split(' ', $ENV{CURL_OPTIONS} // ''), $url);
	}
	return ('wget', '--tries=5', '--timeout=20', '--output-document=-', split(' ', $ENV{WGET_OPTIONS} // ''), $url);
}

sub has {
	my ($program) = @_;
	return scalar grep { -x "$_/$program" } split /:/, $ENV{PATH} // '';
}

sub receive {
	my ($output) = @_;
	binmode $output;
	open my $to, '>:raw', "$path.dl" or die "$path.dl: $!\n";
	while (my $got = sysread $output, my $chunk, 1 << 16) {
		print {$to} $chunk or die "$path.dl: $!\n";
	}
	close $to or die "$path.dl: $!\n";
	close $output or return download_failed();
	return settle();
}

sub download_failed {
	print STDERR "Download failed.\n";
	unlink "$path.dl";
	return 0;
}

sub settle {
	if (!is_right("$path.dl", 0)) {
		unlink "$path.dl";
		return 0;
	}
	rename "$path.dl", $path or die "$path: $!\n";
	return 1;
}

# A file in dl/ whose hash is wrong was edited or cut by somebody: it goes.
sub is_right {
	my ($name, $local) = @_;
	return 1 if !$check;
	my $sum = Digest::SHA->new(256)->addfile($name, 'b')->hexdigest;
	return 1 if $sum eq lc $hash;
	if ($local) {
		print STDERR "Hash of the local file $file does not match (file: $sum, requested: $hash) - deleting download.\n";
		unlink $name;
	}
	else {
		print STDERR "Hash of the downloaded file does not match (file: $sum, requested: $hash) - deleting download.\n";
	}
	return 0;
}
