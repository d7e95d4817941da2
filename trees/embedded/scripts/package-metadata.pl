#!/usr/bin/env perl
# package-metadata.pl scan DIR   describes the packages below DIR in tmp/.packageinfo
# package-metadata.pl mk         writes tmp/.packagedeps for package/Makefile
# package-metadata.pl source     NAME: archive, a line each
# package-metadata.pl license    NAME: licence, a line each
use strict;
use warnings;
use File::Basename qw(basename dirname);
use lib dirname(__FILE__) . '/lib';
use BuildOrder qw(build_order);
use Dotconfig qw(read_dotconfig);
use Metadata qw(scan_packages parse_packageinfo read_text write_text);

my %verbs = (
	scan => sub { scan_packages(dir => $_[0] // 'package', out => 'tmp/.packageinfo'); return 0 },
	mk => \&write_build_order,
	source => sub { return list_field('source') },
	license => sub { return list_field('license') },
);
my $verb = shift // '';
my $action = $verbs{$verb} or die "usage: package-metadata.pl scan|mk|source|license\n";
exit $action->(@ARGV);

# The warnings are the tree's, not the configuration's: they are said again
# whenever the packages are looked at afresh, selected or not.
sub write_build_order {
	my $info = parse_packageinfo(read_text('tmp/.packageinfo') // '');
	my ($text, @warnings) = build_order($info, read_dotconfig('.config'));
	print STDERR map { "WARNING: $_\n" } @warnings unless ($_[0] // "") eq "--quiet";
	write_text('tmp/.packagedeps', $text);
	return 0;
}

sub list_field {
	my ($field) = @_;
	my $packages = parse_packageinfo(read_text('tmp/.packageinfo') // '')->{packages};
	for my $name (sort keys %$packages) {
		my $value = $packages->{$name}{$field};
		print "$name: $value\n" if defined $value && length $value;
	}
	return 0;
}
