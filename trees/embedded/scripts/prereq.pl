#!/usr/bin/env perl
# prereq.pl LIST...: tries every line of the lists and says what is missing.
use strict;
use warnings;
use File::Path qw(make_path);

$| = 1;
make_path('tmp');
my @missing;
for my $list (@ARGV) {
	open my $file, '<', $list or die "$list: $!\n";
	while (my $line = <$file>) {
		next if $line =~ /^\s*(?:#|\z)/;
		chomp $line;
		my ($name, $test, $need) = split /\s+::\s+/, $line, 3;
		my $works = system('sh', '-c', "{ $test\n} >/dev/null 2>&1 </dev/null") == 0;
		print "Checking '$name'... ", $works ? "ok.\n" : "failed.\n";
		push @missing, $need unless $works;
	}
}
exit 0 unless @missing;
print "\n", (map { "Build dependency: Please install $_\n" } @missing), "\n";
exit 1;
