# dl/debian.lock: one line per package,
#   name version arch file-in-the-pool size sha256 [via=SPEC]
# "via" marks a package that a SPEC of the form NAME:PREFIX brought along.
package Debian::Lock;
use strict;
use warnings;
use Debian::Apt;
use Fcntl qw(:flock);
use File::Path qw(make_path);

my @FIELDS = qw(name version arch file size sha256);

sub new {
    my ( $class, $dl, $apt ) = @_;
    return bless { dl => $dl, file => "$dl/debian.lock", apt => $apt }, $class;
}

# The entries of the given specs, in their order; unknown ones are looked up at
# the mirror and written into the lock.
sub resolve {
    my ( $self, @specs ) = @_;
    my $entries = $self->read;
    if ( my @unknown = grep { !$self->entries_of( $entries, $_ ) } @specs ) {
        my $guard = $self->guard;
        $entries = $self->read;
        @unknown = grep { !$self->entries_of( $entries, $_ ) } @unknown;
        $self->add( $entries, @unknown ) if @unknown;
        $self->write($entries) if @unknown;
    }
    return map { $self->entries_of( $entries, $_ ) } @specs;
}

# Takes the mirror's versions of today for everything the lock names.
sub update {
    my ($self) = @_;
    my $guard  = $self->guard;
    my $old    = $self->read;
    my %specs  = map { ( $_->{via} || $_->{name} ) => 1 } values %$old;
    delete $specs{$_} for map { /^([^:]+):/ ? $1 : () } keys %specs;
    my %new;
    $self->{apt}->update;
    $self->add( \%new, sort keys %specs ) if %specs;
    $self->write( \%new );
    my $changes = 0;
    for my $name ( sort { $a cmp $b } keys %{ { %$old, %new } } ) {
        my ( $from, $to ) = map { $_ ? $_->{version} : 'none' } $old->{$name}, $new{$name};
        next if $from eq $to;
        print "$name: $from -> $to\n";
        $changes++;
    }
    print $changes ? "" : "debian.lock is up to date.\n";
}

# The entries a spec stands for, or nothing when one of them is not known.
sub entries_of {
    my ( $self, $entries, $spec ) = @_;
    my ( $name, $prefix ) = split /:/, $spec, 2;
    my $entry = $entries->{$name} or return;
    return $entry unless defined $prefix;
    my @brought = grep { ( $_->{via} // '' ) eq $spec } map { $entries->{$_} } sort keys %$entries;
    return @brought ? ( $entry, @brought ) : ();
}

sub add {
    my ( $self, $entries, @specs ) = @_;
    my $found = $self->look_up( map { ( split /:/ )[0] } @specs );
    for my $spec (@specs) {
        my ( $name, $prefix ) = split /:/, $spec, 2;
        my $entry = $entries->{$name} = $found->{$name};
        next unless defined $prefix;
        my @names = grep { /^\Q$prefix\E/ } map { /^\s*([a-z0-9][a-z0-9+.-]*)/ ? $1 : () } split /[,|]/, $entry->{depends};
        @names or die "Debian's $name depends on nothing that starts with $prefix\n";
        my $brought = $self->look_up(@names);
        $entries->{$_} = { %{ $brought->{$_} }, via => $spec } for @names;
    }
}

sub look_up {
    my ( $self, @names ) = @_;
    my $found = $self->{apt}->show(@names);
    my @missing = grep { !$found->{$_} } @names;
    die "Debian $Debian::Mirror::SUITE has no package named @missing\n" if @missing;
    return $found;
}

sub read {
    my ($self) = @_;
    my %entries;
    for my $line ( split /\n/, Debian::Apt::slurp( $self->{file} ) ) {
        next if $line =~ /^#|^\s*$/;
        my ( @values, %entry ) = split ' ', $line;
        @entry{@FIELDS} = @values;
        $entry{via} = $1 if ( $values[6] // '' ) =~ /^via=(.*)/;
        ( $entry{sha256} // '' ) =~ /^[0-9a-f]{64}$/ && $entry{file} =~ m{^[^/.][^:]*\.deb$} && $entry{file} !~ m{\.\./}
          or die "$self->{file}: this line is damaged; remove it or take a good copy: $line\n";
        $entries{ $entry{name} } = \%entry;
    }
    return \%entries;
}

sub write {
    my ( $self, $entries ) = @_;
    my $text = "# Debian's packages as first resolved: name version arch file size sha256.\n"
      . "# Obeyed by every later build; \"make debian-update\" takes the mirror's versions of today.\n";
    for my $entry ( map { $entries->{$_} } sort keys %$entries ) {
        $text .= join( ' ', @$entry{@FIELDS}, $entry->{via} ? "via=$entry->{via}" : () ) . "\n";
    }
    Debian::Apt::spew( $self->{file}, $text );
}

# A version without its epoch: what file names and make can carry.
sub without_epoch {
    my ($version) = @_;
    return $version =~ s/^\d+://r;
}

# Held until it goes out of scope: one process at a time resolves and writes.
sub guard {
    my ($self) = @_;
    make_path( $self->{dl} );
    open my $handle, '>>', "$self->{dl}/.debian.flock" or die "$self->{dl}/.debian.flock: $!\n";
    flock $handle, LOCK_EX or die "$self->{dl}/.debian.flock: $!\n";
    return $handle;
}

1;
