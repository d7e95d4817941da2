package FeedInstall;

# Which feed answers to a name, and the links that make its packages the tree's.
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Path qw(make_path);
use Metadata qw(parse_packageinfo read_text core_sources);

# feeds: as FeedsConf gives them; prefer: the feed asked first, or undef.
sub new {
	my ($class, %option) = @_;
	my $self = bless { feeds => $option{feeds}, index => {}, done => {} }, $class;
	$self->{prefer} = (grep { $_->{name} eq ($option{prefer} // '') } @{ $option{feeds} })[0];
	$self->{core} = { map { $_ => 1 } core_sources() };
	my $tree = parse_packageinfo(read_text('tmp/.packageinfo') // '');
	$self->{installed} = { map { $_ => 1 } keys %{ $tree->{sources} } };
	$self->{provided} = { map { $_ => 1 } keys %{ $tree->{providers} } };
	$self->{index}{ $_->{name} } = load_index($_->{name}) for @{ $option{feeds} };
	return $self;
}

# undef, with the remark OpenWrt makes, when the feed was never indexed.
sub load_index {
	my ($name) = @_;
	my $file = "./feeds/$name.index";
	if (!-f $file) {
		print "Ignoring feed '$name' - index missing\n";
		return;
	}
	return parse_packageinfo(read_text($file) // '');
}

sub sources_of {
	my ($self, $feed) = @_;
	my $index = $self->{index}{ $feed->{name} } or return;
	return sort { lc $a cmp lc $b or $a cmp $b } keys %{ $index->{sources} };
}

# The feed that has it: the preferred one, else the first.
sub feed_with {
	my ($self, $kind, $name) = @_;
	for my $feed (grep { defined } $self->{prefer}, @{ $self->{feeds} }) {
		my $index = $self->{index}{ $feed->{name} } or next;
		return $feed if $index->{$kind}{$name};
	}
	return;
}

# A source package or a binary one. 0, or 1 when a link could not be made.
sub install_name {
	my ($self, $name, $force) = @_;
	return $self->install_source($name, $force) if $self->feed_with('sources', $name);
	return $self->install_package($name, $force);
}

sub install_package {
	my ($self, $name, $force) = @_;
	my $feed = $self->feed_with('providers', $name);
	if (!$feed) {
		# The C library is every package's dependency; nobody asked for it.
		warn "WARNING: No feed for package '$name' found\n" unless $self->{provided}{$name} || $name eq 'libc';
		return 0;
	}
	return $self->install_source($self->{index}{ $feed->{name} }{providers}{$name}[0]{src}{name}, $force);
}

sub install_source {
	my ($self, $name, $force) = @_;
	my $feed = $self->feed_with('sources', $name);
	if (!$feed) {
		warn "WARNING: No feed for source package '$name' found\n" unless $self->{installed}{$name};
		return 0;
	}
	$force ||= exists $feed->{flags}{force};
	my $override = $self->{core}{$name};
	if ($override && !$force) {
		warn "WARNING: Not overriding core package '$name'; use -f to force\n" unless $name eq 'toolchain' || $name eq 'linux';
		return 0;
	}
	return 0 if $self->{done}{$name} || $self->{installed}{$name} && !$override;

	my $source = $self->{index}{ $feed->{name} }{sources}{$name};
	$self->{done}{$name} = 1;
	$self->{installed}{$name} = 1;
	$self->{provided}{$_} = 1 for map { @{ $_->{provides} } } @{ $source->{packages} };
	warn $override
		? "Overriding core package '$name' with version from $feed->{name}\n"
		: "Installing package '$name' from $feed->{name}\n";
	if (!link_source($feed, $source)) {
		warn "failed.\n";
		return 1;
	}
	return $self->install_dependencies($source);
}

sub install_dependencies {
	my ($self, $source) = @_;
	my $failed = 0;
	for my $word (@{ $source->{builddepends} }) {
		my $name = dependency_name($word) // next;
		$name =~ s{/.*}{};
		$failed |= $self->install_source($name, 0);
	}
	for my $word (map { @{ $_->{depends} } } @{ $source->{packages} }) {
		my $name = dependency_name($word) // next;
		$failed |= $self->install_package($name, 0);
	}
	return $failed;
}

# "+COND:name" is name; "@SYMBOL" is no package.
sub dependency_name {
	my ($word) = @_;
	return if $word =~ /@/;
	$word =~ s/^\+//;
	$word =~ s/^.+://;
	return length $word ? $word : undef;
}

sub link_source {
	my ($feed, $source) = @_;
	my $directory = dirname($source->{makefile});
	my $folder = "./package/feeds/$feed->{name}";
	make_path($folder);
	my $link = "$folder/" . basename($directory);
	my $target = "../../../$directory";
	return 1 if -l $link && readlink $link eq $target;
	unlink $link;
	return symlink $target, $link;
}

1;
