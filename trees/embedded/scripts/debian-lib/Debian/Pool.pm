# The .deb files in dl/: there and right, or fetched, or a clear refusal.
package Debian::Pool;
use strict;
use warnings;
use Digest::SHA;
use File::Path qw(make_path);

sub new {
    my ( $class, $dl, $apt ) = @_;
    return bless { dl => $dl, apt => $apt }, $class;
}

sub path {
    my ( $self, $entry ) = @_;
    my ($name) = $entry->{file} =~ m{([^/]+)$};
    return "$self->{dl}/$name";
}

# After this every entry's file is in dl/ with the hash the lock names.
sub fetch {
    my ( $self, @entries ) = @_;
    my @missing = grep { !$self->holds($_) } @entries;
    return unless @missing;
    make_path( $self->{dl} );
    my %partial = map { $_->{name} => $self->path($_) . ".$$.part" } @missing;
    my $complaint = $self->{apt}->download( map { [ $_->{file}, $partial{ $_->{name} }, $_->{sha256} ] } @missing );
    my @failed;
    for my $entry (@missing) {
        my $part = $partial{ $entry->{name} };
        if ( -e $part && sha256($part) eq $entry->{sha256} ) {
            rename $part, $self->path($entry) or die $self->path($entry) . ": $!\n";
        }
        else { push @failed, $entry }
        unlink $part, "$part.FAILED";
    }
    die $self->refusal( $complaint, @failed ) if @failed;
}

sub holds {
    my ( $self, $entry ) = @_;
    my $path = $self->path($entry);
    return 0 unless -e $path;
    my $found = sha256($path);
    return 1 if $found eq $entry->{sha256};
    print STDERR "Hash of the local file $path does not match (file: $found, debian.lock: $entry->{sha256}) - deleting it.\n";
    unlink $path or die "$path: $!\n";
    return 0;
}

sub refusal {
    my ( $self, $complaint, @failed ) = @_;
    my $names = join ', ', map { "$_->{name} $_->{version}" } @failed;
    if ( $complaint =~ /Hash Sum mismatch/i ) {
        return "refused, and removed: what the mirror sent for $names has not the sha256 that debian.lock names.\n";
    }
    if ( $complaint =~ /\b404\b|File not found/ ) {
        return "no longer on the mirror: $names.\n"
          . "Run \"make debian-update\": it takes the mirror's versions of today into dl/debian.lock.\n";
    }
    return "cannot fetch $names: " . $self->{apt}->explain($complaint);
}

sub sha256 {
    my ($file) = @_;
    return Digest::SHA->new(256)->addfile( $file, 'b' )->hexdigest;
}

1;
