#!/usr/bin/env perl
# ipk-build.pl DIR OUT.ipk: packs DIR as an opkg package.
#
# The control data comes in the environment (IPK_PACKAGE, IPK_VERSION, …): values
# of several lines need no quoting there. The same input gives the same bytes:
# entries in name order, owner 0:0, every date SOURCE_DATE_EPOCH.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);

my ($dir, $out) = @ARGV;
die "usage: ipk-build.pl DIR OUT.ipk\n" unless defined $out;
my $date = $ENV{SOURCE_DATE_EPOCH} // die "SOURCE_DATE_EPOCH is not set\n";
my $work = "$dir.ipk-work";
umask 022;
remove_tree($work);
make_path("$work/control", dirname($out));

# A package may bring its own control files, as OpenWrt's do in CONTROL/.
if (-d "$dir/CONTROL") {
	run('cp', '-a', "$dir/CONTROL/.", "$work/control/");
	remove_tree("$dir/CONTROL");
}

my @conffiles = grep { length } map { s/^\s+|\s+$//gr } split /\n/, $ENV{IPK_CONFFILES} // '';
keep_on_upgrade(@conffiles);
write_control();
write_scripts();
tar("$work/control", "$work/control.tar.gz");
tar($dir, "$work/data.tar.gz");
write_file("$work/debian-binary", "2.0\n", 0644);
tar($work, "$out.tmp.$$", 'debian-binary', 'data.tar.gz', 'control.tar.gz');
rename "$out.tmp.$$", $out or die "$out: $!\n";
remove_older();
remove_tree($work);

sub write_control {
	my @fields = (
		['Package', 'PACKAGE'], ['Version', 'VERSION'], ['Depends', 'DEPENDS'], ['Conflicts', 'CONFLICTS'],
		['Provides', 'PROVIDES'], ['Alternatives', 'ALTERNATIVES'], ['Source', 'SOURCE'], ['SourceName', 'SOURCENAME'],
		['License', 'LICENSE'], ['Section', 'SECTION'], ['Require-User', 'REQUIRE_USER'], ['SourceDateEpoch', ''],
		['CPE-ID', 'CPE_ID'], ['Maintainer', 'MAINTAINER'], ['Architecture', 'ARCHITECTURE'],
	);
	my $text = '';
	for my $field (@fields) {
		my $value = $field->[1] ? $ENV{"IPK_$field->[1]"} // '' : $date;
		$value =~ s/\s+/ /g;
		$value =~ s/^ | $//g;
		$text .= "$field->[0]: $value\n" if length $value;
	}
	$text .= 'Installed-Size: ' . installed_size() . "\n";
	my $description = $ENV{IPK_DESCRIPTION} // '';
	$description =~ s/^\s+|\s+$//g;
	$text .= 'Description: ' . join("\n", map { ' ' . s/^\s+//r } split /\n/, $description) =~ s/^ //r . "\n";
	write_file("$work/control/control", $text, 0644);
	# opkg treats only files that exist as configuration files.
	my $existing = join '', map { "$_\n" } grep { -f "$dir$_" } @conffiles;
	write_file("$work/control/conffiles", $existing, 0644) if length $existing;
}

# The generated scripts call the device's own library, which runs the package's
# script (….postinst-pkg) and enables its services.
sub write_scripts {
	my $library = '[ -s "${IPKG_INSTROOT}/lib/functions.sh" ] || exit 0' . "\n" . '. "${IPKG_INSTROOT}/lib/functions.sh"' . "\n";
	write_file("$work/control/postinst",
		"#!/bin/sh\n" . '[ "${IPKG_NO_SCRIPT}" = "1" ] && exit 0' . "\n" . $library . 'default_postinst "$0" "$@"' . "\n", 0755);
	write_file("$work/control/prerm", "#!/bin/sh\n" . $library . 'default_prerm "$0" "$@"' . "\n", 0755);
	for my $script (['preinst', 'preinst'], ['postinst', 'postinst-pkg'], ['prerm', 'prerm-pkg'], ['postrm', 'postrm']) {
		my $body = $ENV{ 'IPK_' . uc $script->[0] } // '';
		next unless $body =~ /\S/;
		$body .= "\n" unless $body =~ /\n\z/;
		write_file("$work/control/$script->[1]", $body, 0755);
	}
}

# Configuration that the package only names, and does not bring, is kept by sysupgrade.
sub keep_on_upgrade {
	my @absent = grep { !-f "$dir$_" } @_ or return;
	make_path("$dir/lib/upgrade/keep.d");
	write_file("$dir/lib/upgrade/keep.d/$ENV{IPK_PACKAGE}", join('', map { "$_\n" } @absent), 0644);
}

sub installed_size {
	my $size = 0;
	require File::Find;
	File::Find::find({ no_chdir => 1, wanted => sub { my @stat = lstat; $size += $stat[7] if -f _ && !-l _ } }, $dir);
	return $size;
}

sub tar {
	my ($from, $to, @names) = @_;
	my @command = (
		'tar', '--format=gnu', '--sort=name', '--numeric-owner', '--owner=0', '--group=0', "--mtime=\@$date",
		'-C', $from, '-cf', '-', map { "./$_" } @names ? @names : (),
	);
	push @command, '.' unless @names;
	my $quoted = join ' ', map { "'" . s/'/'\\''/gr . "'" } @command;
	my $target = "'" . ($to =~ s/'/'\\''/gr) . "'";
	# Both ends of the pipe are looked at: a full disk may only show in one.
	system('bash', '-c', "set -o pipefail; $quoted | gzip -n > $target") == 0 or fail("cannot pack $from", $to);
}

# An earlier version of the same package would still be offered by the index.
sub remove_older {
	my $name = $ENV{IPK_PACKAGE} // return;
	my $folder = dirname($out);
	my $arch = $ENV{IPK_ARCHITECTURE} // 'all';
	opendir my $handle, $folder or return;
	for my $file (grep { /^\Q$name\E_[^_]*_\Q$arch\E\.ipk\z/ } readdir $handle) {
		unlink "$folder/$file" unless "$folder/$file" eq $out;
	}
}

sub write_file {
	my ($path, $text, $mode) = @_;
	open my $file, '>', $path or fail("$path: $!");
	print {$file} $text or fail("$path: $!");
	close $file or fail("$path: $!");
	chmod $mode, $path or fail("$path: $!");
}

sub run {
	system(@_) == 0 or fail("@_ failed");
}

sub fail {
	my ($message, $half) = @_;
	unlink $half if defined $half;
	unlink "$out.tmp.$$";
	die "$message\n";
}
