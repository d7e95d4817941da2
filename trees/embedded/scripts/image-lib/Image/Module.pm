# Kernel modules: what each says of itself (its .modinfo section), and which
# others it needs.
package Image::Module;
use strict;
use warnings;
use File::Find qw(find);

# A name as the kernel compares it: "-" and "_" are one.
sub canonical {
    my ($name) = @_;
    $name =~ s{.*/}{};
    $name =~ s/\.ko(?:\.xz|\.zst|\.gz)?$//;
    $name =~ tr/-/_/;
    return $name;
}

# All modules below a directory: { name => path }.
sub index_directory {
    my ($directory) = @_;
    my %path;
    find( { no_chdir => 1, wanted => sub { $path{ canonical($_) } = $_ if /\.ko(?:\.xz|\.zst|\.gz)?$/ } }, $directory );
    return \%path;
}

# The names in modules.builtin.
sub builtin {
    my ($file) = @_;
    open my $handle, '<', $file or die "$file: $!\n";
    return { map { chomp; canonical($_) => 1 } <$handle> };
}

# The module's bytes, unpacked.
sub read_module {
    my ($path) = @_;
    my @command = $path =~ /\.xz$/ ? ( 'xz', '-dc' ) : $path =~ /\.zst$/ ? ( 'zstd', '-dcq' ) : $path =~ /\.gz$/ ? ( 'gzip', '-dc' ) : ('cat');
    open my $pipe, '-|', @command, $path or die "$command[0]: $!\n";
    binmode $pipe;
    local $/;
    my $bytes = <$pipe>;
    close $pipe or die "$command[0] cannot unpack $path\n";
    return $bytes;
}

# { depends => [...], alias => [...], softdep => [...] } out of .modinfo.
sub information {
    my ($bytes) = @_;
    my %found = ( depends => [], alias => [], softdep => [] );
    for my $pair ( split /\0+/, section( $bytes, '.modinfo' ) ) {
        my ( $key, $value ) = split /=/, $pair, 2;
        next unless defined $value && $value ne '' && $found{$key};
        push @{ $found{$key} }, $key eq 'depends' ? map { canonical($_) } split( /,/, $value ) : $value;
    }
    return \%found;
}

# One section of a 64-bit little-endian ELF file, '' when there is none.
sub section {
    my ( $bytes, $wanted ) = @_;
    substr( $bytes, 0, 6 ) eq "\x7fELF\x02\x01" or die "not a 64-bit ELF file\n";
    my ($table) = unpack 'Q<', substr $bytes, 0x28, 8;
    my ( $size, $count, $names ) = unpack 'v3', substr $bytes, 0x3a, 6;
    my @header = map { [ unpack 'V2Q<4', substr $bytes, $table + $_ * $size, 40 ] } 0 .. $count - 1;
    my $strings = substr $bytes, $header[$names][4], $header[$names][5];
    for my $entry (@header) {
        my $name = unpack 'Z*', substr $strings, $entry->[0];
        return substr $bytes, $entry->[4], $entry->[5] if $name eq $wanted;
    }
    return '';
}

1;
