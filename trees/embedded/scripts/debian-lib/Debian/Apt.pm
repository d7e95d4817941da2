# An apt of its own below the tree: its state, cache and sources are apart from
# the host's, and it installs nothing. Works as root and as an ordinary user.
package Debian::Apt;
use strict;
use warnings;
use Debian::Mirror;
use File::Path qw(make_path);

my $HELPER  = '/usr/lib/apt/apt-helper';
my $MAX_AGE = 24 * 60 * 60;

sub new {
    my ( $class, $dir ) = @_;
    my $self = {
        dir     => $dir,
        bases   => Debian::Mirror::bases(),
        keyring => $ENV{DEBIAN_KEYRING} || '/usr/share/keyrings/debian-archive-keyring.gpg',
    };
    return bless $self, $class;
}

# Candidates of the given names as records; names nobody knows are left out.
sub show {
    my ( $self, @names ) = @_;
    $self->update unless $self->is_fresh;
    my ($output) = $self->run( 'apt-cache', 'show', '--no-all-versions', @names );
    my %record;
    for my $stanza ( split /\n\n+/, $output ) {
        my %field = $stanza =~ /^([A-Za-z0-9-]+): (.*)$/mg;
        next unless $field{Package} && $field{Filename} && $field{SHA256};
        $record{ $field{Package} } ||= {
            name    => $field{Package},
            version => $field{Version},
            arch    => $field{Architecture},
            file    => $field{Filename},
            size    => $field{Size},
            sha256  => $field{SHA256},
            depends => $field{Depends} // '',
        };
    }
    return \%record;
}

# Fetches [file in the pool, target, sha256]…; apt checks the hashes.
# Returns apt's complaints, '' when all went well.
sub download {
    my ( $self, @wanted ) = @_;
    $self->prepare;
    my @arguments = map { ( $self->uri( $_->[0] ), $_->[1], "SHA256:$_->[2]" ) } @wanted;
    my ( $output, $status ) = $self->run( $HELPER, 'download-file', @arguments );
    return $status == 0 ? '' : $output;
}

sub uri {
    my ( $self, $file ) = @_;
    my $base = $self->{bases}{ $file =~ m{^pool/updates/} ? 'security' : 'main' };
    return "$base/$file";
}

sub is_fresh {
    my ($self) = @_;
    my $stamp = "$self->{dir}/updated";
    return -e $stamp && time - ( stat _ )[9] < $MAX_AGE && $self->sources eq slurp("$self->{dir}/sources.list");
}

sub update {
    my ($self) = @_;
    -r $self->{keyring}
      or die "$self->{keyring} is missing: it holds the keys that sign Debian's packages.\n"
      . "Install it: apt-get install debian-archive-keyring\n";
    $self->prepare;
    my ( $output, $status ) = $self->run( 'apt-get', 'update', '-q', '--error-on=any' );
    $status == 0 or die $self->explain($output);
    open my $stamp, '>', "$self->{dir}/updated" or die "$self->{dir}/updated: $!\n";
}

# What apt said, in words that say what to do.
sub explain {
    my ( $self, $output ) = @_;
    my $first = ( grep { /^[EW]: / } split /\n/, $output )[0] // ( split /\n/, $output )[-1] // 'no answer';
    $first =~ s/^[EW]: //;
    if ( $output =~ /NO_PUBKEY|EXPKEYSIG|public key is not available/ ) {
        return "$self->{keyring} does not hold the keys that sign Debian $Debian::Mirror::SUITE.\n"
          . "Upgrade it: apt-get install --only-upgrade debian-archive-keyring\n  apt: $first\n";
    }
    if ( $output =~ /Could not (?:resolve|connect)|Temporary failure|Unable to connect|timed out|unreachable/i ) {
        return "the mirror $self->{bases}{main} does not answer: is there a network?\n"
          . "A dl/ that holds every package needs none.\n  apt: $first\n";
    }
    return "apt failed: $first\n";
}

sub sources {
    my ($self) = @_;
    my $suite = $Debian::Mirror::SUITE;
    my ( $main, $security ) = @{ $self->{bases} }{qw(main security)};
    return join '', map { "deb [arch=amd64 signed-by=$self->{keyring}] $_ main\n" }
      "$main $suite", "$main $suite-updates", "$security $suite-security";
}

sub prepare {
    my ($self) = @_;
    my $dir = $self->{dir};
    make_path( "$dir/state/lists/partial", "$dir/cache/archives/partial" );
    spew( "$dir/sources.list", $self->sources );
    spew( "$dir/status",       '' );
    spew( "$dir/apt.conf",     $self->configuration );
}

# The host's Acquire settings (proxy, timeouts) hold here too; its hooks do not.
sub configuration {
    my ($self) = @_;
    my $dir = $self->{dir};
    my $acquire = join '', grep { /^Acquire::[A-Za-z]/ } `apt-config dump 2>/dev/null`;
    return $acquire . <<"END";
Dir::State "$dir/state";
Dir::State::status "$dir/status";
Dir::Cache "$dir/cache";
Dir::Etc::SourceList "$dir/sources.list";
Dir::Etc::SourceParts "-";
Dir::Etc::Parts "-";
Dir::Etc::Main "-";
Dir::Etc::Preferences "-";
Dir::Etc::PreferencesParts "-";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
END
}

# Runs one of apt's programs; returns (its output, its exit status).
sub run {
    my ( $self, @command ) = @_;
    local $ENV{APT_CONFIG} = "$self->{dir}/apt.conf";
    local $ENV{LC_ALL} = 'C';
    my $pid = open my $pipe, '-|';
    defined $pid or die "fork: $!\n";
    if ( !$pid ) {
        open STDIN,  '<', '/dev/null';
        open STDERR, '>&', \*STDOUT;
        exec @command or print "E: $command[0]: $!\n" and exit 127;
    }
    local $/;
    my $output = <$pipe> // '';
    close $pipe;
    return ( $output, $? >> 8 || $? );
}

sub slurp {
    my ($file) = @_;
    open my $handle, '<', $file or return '';
    local $/;
    return <$handle> // '';
}

# Writes through a temporary name, and not at all when nothing changes: several
# makes may do this at once.
sub spew {
    my ( $file, $text ) = @_;
    return if -e $file && slurp($file) eq $text;
    open my $handle, '>', "$file.$$" or die "$file.$$: $!\n";
    print $handle $text;
    close $handle or die "$file.$$: $!\n";
    rename "$file.$$", $file or die "$file: $!\n";
}

1;
