package Elf;

# The little of ELF that a package check needs: which libraries a program asks
# for. Read here, so that the build needs no binutils to look at a file.
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(needed_libraries);

use constant { PT_LOAD => 1, PT_DYNAMIC => 2, DT_NULL => 0, DT_NEEDED => 1, DT_STRTAB => 5, DT_STRSZ => 10 };

# The DT_NEEDED names of a 64-bit little-endian ELF file, in file order; nothing
# for any other file, and for one that is statically linked.
sub needed_libraries {
	my ($path) = @_;
	open my $file, '<:raw', $path or return;
	read($file, my $header, 64) == 64 or return;
	return unless substr($header, 0, 6) eq "\x7fELF\x02\x01";
	my ($offset) = unpack 'Q<', substr $header, 32, 8;
	my ($size, $count) = unpack 'S<S<', substr $header, 54, 4;
	my (@loads, $dynamic);
	for my $index (0 .. $count - 1) {
		my $entry = read_at($file, $offset + $index * $size, 56) // return;
		my ($type, undef, $from, $address, undef, $length) = unpack 'L<L<Q<Q<Q<Q<', $entry;
		push @loads, [$address, $from, $length] if $type == PT_LOAD;
		$dynamic = [$from, $length] if $type == PT_DYNAMIC;
	}
	return unless $dynamic;

	my $table = read_at($file, @$dynamic) // return;
	my (@needed, $strings, $strings_size);
	for (my $at = 0; $at + 16 <= length $table; $at += 16) {
		my ($tag, $value) = unpack 'Q<Q<', substr $table, $at, 16;
		last if $tag == DT_NULL;
		push @needed, $value if $tag == DT_NEEDED;
		$strings = $value if $tag == DT_STRTAB;
		$strings_size = $value if $tag == DT_STRSZ;
	}
	return unless defined $strings && defined $strings_size;
	my $place = file_offset($strings, \@loads) // return;
	my $names = read_at($file, $place, $strings_size) // return;
	return map { unpack 'Z*', substr $names, $_ } grep { $_ < length $names } @needed;
}

sub file_offset {
	my ($address, $loads) = @_;
	for my $load (@$loads) {
		my ($start, $from, $length) = @$load;
		return $from + $address - $start if $address >= $start && $address < $start + $length;
	}
	return;
}

sub read_at {
	my ($file, $offset, $length) = @_;
	seek $file, $offset, 0 or return;
	my $got = read($file, my $bytes, $length);
	return defined $got && $got == $length ? $bytes : undef;
}

1;
