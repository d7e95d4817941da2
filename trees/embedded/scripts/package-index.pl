#!/usr/bin/env perl
# package-index.pl DIR...: Packages and Packages.gz over the ipks of each DIR.
use strict;
use warnings;
use Digest::SHA;
use File::Basename qw(dirname);
use lib dirname(__FILE__) . '/lib';
use Ipk qw(read_control);
use Metadata qw(write_text);

for my $dir (@ARGV) {
	$dir =~ s{/+\z}{};
	next unless -d $dir;
	opendir my $handle, $dir or die "$dir: $!\n";
	my @names = sort grep { /\.ipk\z/ } readdir $handle;
	my $text = '';
	for my $name (@names) {
		my $control = read_control("$dir/$name") // next;
		$control =~ s/^(?:Maintainer|LicenseFiles|Source|SourceName|Require-User|SourceDateEpoch):.*\n//mg;
		my $sum = Digest::SHA->new(256)->addfile("$dir/$name", 'b')->hexdigest;
		my $facts = sprintf "Filename: %s\nSize: %d\nSHA256sum: %s\n", $name, -s "$dir/$name", $sum;
		$control =~ s/^(?=Description:)/$facts/m or $control .= $facts;
		$text .= "$control\n";
	}
	write_text("$dir/Packages", $text);
	system('sh', '-c', 'gzip -9nc "$1/Packages" > "$1/Packages.gz.tmp" && mv "$1/Packages.gz.tmp" "$1/Packages.gz"', 'sh', $dir) == 0
		or die "cannot compress $dir/Packages\n";
}
