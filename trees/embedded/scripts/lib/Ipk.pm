package Ipk;

# Looking into an ipk: a gzip'ed tar of debian-binary, data.tar.gz and control.tar.gz.
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(read_control unpack_ipk control_fields);

# The text of the control file, or undef when the archive is damaged.
sub read_control {
	my ($path) = @_;
	return capture('tar -xzOf "$1" ./control.tar.gz | tar -xzOf - ./control', $path);
}

# Data below $root, control files into $control_dir, and the list of the data's
# files, as opkg keeps it: absolute names, directories left out.
sub unpack_ipk {
	my ($path, $root, $control_dir) = @_;
	my $status = system('bash', '-c', <<'SHELL', 'unpack', $path, $root, $control_dir);
set -e -o pipefail
tar -xzOf "$1" ./control.tar.gz | tar --no-same-owner -C "$3" -xpzf -
tar -xzOf "$1" ./data.tar.gz | tar --no-same-owner --keep-directory-symlink -C "$2" -xpzf -
SHELL
	die "cannot unpack $path\n" if $status != 0;
	my $list = capture('tar -xzOf "$1" ./data.tar.gz | tar --quoting-style=literal -tzf -', $path) // '';
	return map { m{^\.(/.*[^/])\z} ? $1 : () } split /\n/, $list;
}

# {Field => value} of a control text.
sub control_fields {
	my ($text) = @_;
	my (%field, $last);
	for my $line (split /\n/, $text) {
		if ($line =~ /^([\w-]+):\s*(.*)\z/) { $field{ $last = $1 } = $2 }
		elsif (defined $last && $line =~ /^\s/) { $field{$last} .= "\n$line" }
	}
	return \%field;
}

sub capture {
	my ($script, @arguments) = @_;
	open my $output, '-|', 'bash', '-c', "set -o pipefail; $script", 'sh', @arguments or return;
	local $/;
	my $text = <$output>;
	return close $output ? $text : undef;
}

1;
