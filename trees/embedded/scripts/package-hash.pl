#!/usr/bin/env perl
# package-hash.pl DIR CONFIG [FILES]: one short word that changes with the
# content, the names or the modes of what a package is made of. FILES is a list
# of further files, absent ones counting as absent. Dates count for nothing.
use strict;
use warnings;
use Digest::SHA;

my ($dir, $config, $inputs) = @ARGV;
my $sum = Digest::SHA->new(256);
$sum->add("$config\n");
add_tree($dir, '');
add_file($_, $_) for split ' ', $inputs // '';
print substr($sum->hexdigest, 0, 16), "\n";

sub add_tree {
	my ($path, $name) = @_;
	opendir my $handle, $path or return;
	for my $entry (sort grep { !/^\.{1,2}\z|^\.(?:git|svn)\z/ } readdir $handle) {
		if (-d "$path/$entry") { add_tree("$path/$entry", "$name/$entry") }
		else { add_file("$path/$entry", "$name/$entry") }
	}
}

sub add_file {
	my ($path, $name) = @_;
	my @stat = stat $path;
	$sum->add(sprintf "%s %o %s\n", $name, @stat ? $stat[2] & 0777 : 0, @stat ? $stat[7] : 'absent');
	$sum->addfile($path, 'b') if @stat && -f _;
}
