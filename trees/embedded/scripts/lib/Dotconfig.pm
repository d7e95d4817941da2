package Dotconfig;

# .config as a flat table.
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(read_dotconfig);

# {SYMBOL => value}: y, m, n ("# CONFIG_X is not set"), a number, or a string
# without its quotes. A later line wins, as in Kconfig. Names without CONFIG_.
sub read_dotconfig {
	my ($path) = @_;
	my %value;
	open my $file, '<', $path or return \%value;
	while (my $line = <$file>) {
		$line =~ s/\r?\n\z//;
		if ($line =~ /^CONFIG_([^=\s]+)=(.*)\z/) {
			my ($name, $text) = ($1, $2);
			$text =~ s/\\(.)/$1/g if $text =~ s/^"(.*)"\s*\z/$1/;
			$value{$name} = $text;
		}
		elsif ($line =~ /^# CONFIG_(\S+) is not set\s*\z/) {
			$value{$1} = 'n';
		}
	}
	return \%value;
}

1;
