package FeedsConf;

# feeds.conf, or feeds.conf.default where there is none.
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(read_feeds_conf);

# [{type, name, sources => [...], flags => {...}}], in file order. Dies with the
# file and line of what it cannot read.
sub read_feeds_conf {
	my (@feeds, %taken);
	for my $file ('feeds.conf', 'feeds.conf.default') {
		return @feeds if read_one($file, \%taken, \@feeds, 0);
	}
	die "Unable to open feeds configuration at $0\n";
}

sub read_one {
	my ($path, $taken, $feeds, $depth) = @_;
	open my $file, '<', $path or return 0;
	die "Too many included files: $path\n" if $depth > 16;
	my $number = 0;
	while (my $line = <$file>) {
		$number++;
		$line =~ s/\r?\n\z//;
		$line =~ s/#.*//;
		next unless $line =~ /\S/;
		my ($type, $flags, $name, $sources) = $line =~ m{^src-([\w-]+)((?:\s+--\w+(?:=\S+)?)*)\s+(\w+)(?:\s+(\S.*?))?\s*\z}
			or die "Syntax error in $path, line $number\n";
		die "Duplicate feed name '$name' in '$path' line: $number\n" if $taken->{$name}++;
		if ($type eq 'include') {
			read_one($sources // '', $taken, $feeds, $depth + 1) or die "Unable to open included file '" . ($sources // '') . "'\n";
			next;
		}
		my %flag;
		$flag{$1} = $2 // 1 while $flags =~ /--(\w+)(?:=(\S+))?/g;
		push @$feeds, { type => "src-$type", name => $name, sources => [split ' ', $sources // ''], flags => \%flag };
		push @{ $feeds->[-1]{sources} }, '' unless @{ $feeds->[-1]{sources} };
	}
	return 1;
}

1;
