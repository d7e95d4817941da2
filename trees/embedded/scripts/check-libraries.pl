#!/usr/bin/env perl
# check-libraries.pl --package NAME --pkginfo DIR [--provides NAMES] ROOT DEPENDENCY...
#
# Every shared library that a program below ROOT asks for must come with the
# package or with one it depends on. What the package offers (its own libraries
# and its dependencies') is written to PKGINFO/NAME.provides for those after it.
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Find qw(find);
use Getopt::Long qw(GetOptions);
use lib dirname(__FILE__) . '/lib';
use Elf qw(needed_libraries);

my ($package, $pkginfo, $also) = ('', '', '');
GetOptions('package=s' => \$package, 'pkginfo=s' => \$pkginfo, 'provides=s' => \$also) or exit 2;
my ($root, @dependencies) = @ARGV;

my (%offered, %wanted);
find({ no_chdir => 1, wanted => \&look_at }, $root);

sub look_at {
	my $name = basename($_);
	$offered{$name} = 1 if $name =~ /\.ko\z/ || $name =~ /^(?:lib|ld-).*\.so(?:\.|\z)/;
	return unless -f $_ && !-l $_;
	$wanted{$_} = 1 for needed_libraries($_);
}

for my $dependency (@dependencies) {
	open my $list, '<', "$pkginfo/$dependency.provides" or next;
	chomp(my @names = <$list>);
	$offered{$_} = 1 for @names;
}

my $text = join '', map { "$_\n" } sort keys %offered;
for my $name ($package, split ' ', $also) {
	open my $list, '>', "$pkginfo/$name.provides.$$" or die "$pkginfo/$name.provides: $!\n";
	print {$list} $text;
	close $list or die "$pkginfo/$name.provides: $!\n";
	rename "$pkginfo/$name.provides.$$", "$pkginfo/$name.provides" or die "$!\n";
}

my @missing = sort grep { !$offered{$_} } keys %wanted;
exit 0 unless @missing;
print STDERR "Package $package is missing dependencies for the following libraries:\n", map { "$_\n" } @missing;
exit 1;
