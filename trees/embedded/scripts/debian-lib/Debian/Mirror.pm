# Where Debian's packages come from: the host's own mirror where its apt sources
# name one, else deb.debian.org.
package Debian::Mirror;
use strict;
use warnings;

our $SUITE = 'trixie';
my %default = (
    main     => 'http://deb.debian.org/debian',
    security => 'http://deb.debian.org/debian-security',
);

# The base URIs as { main => …, security => … }. DEBIAN_MIRROR and
# DEBIAN_SECURITY_MIRROR in the environment win.
sub bases {
    my @sources = host_sources();
    my ($main)     = map { $_->{uri} } grep { $_->{uri} =~ m{/debian/?$} } @sources;
    my ($security) = map { $_->{uri} } grep { $_->{uri} =~ m{/debian-security/?$} } @sources;
    my %bases = (
        main     => $ENV{DEBIAN_MIRROR}          || $main     || $default{main},
        security => $ENV{DEBIAN_SECURITY_MIRROR} || $security || $default{security},
    );
    s{/+$}{} for values %bases;
    return \%bases;
}

# Every "deb" source the host's apt has, as { uri, suite }.
sub host_sources {
    my $etc = $ENV{DEBIAN_HOST_APT} || '/etc/apt';
    my @found;
    for my $file ( "$etc/sources.list", sort glob "$etc/sources.list.d/*.list" ) {
        for my $line ( lines($file) ) {
            push @found, { uri => $1, suite => $2 } if $line =~ /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/;
        }
    }
    for my $file ( sort glob "$etc/sources.list.d/*.sources" ) {
        for my $stanza ( split /\n\s*\n/, join '', grep { !/^#/ } lines($file) ) {
            next if $stanza =~ /^Enabled:\s*no\b/mi || $stanza !~ /^Types:.*\bdeb\b/mi;
            my ($uris)   = $stanza =~ /^URIs:\s*(.*)$/mi   or next;
            my ($suites) = $stanza =~ /^Suites:\s*(.*)$/mi or next;
            push @found, { uri => ( split ' ', $uris )[0], suite => ( split ' ', $suites )[0] };
        }
    }
    return grep { $_->{uri} =~ m{^(?:https?|file|copy):} } @found;
}

sub lines {
    my ($file) = @_;
    open my $handle, '<', $file or return;
    return <$handle>;
}

1;
