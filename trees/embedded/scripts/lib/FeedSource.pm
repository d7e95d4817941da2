package FeedSource;

# A feed's files: fetched, brought up to date, and what revision they are at.
#
# Addresses come from a file that others may have written: they never reach a
# shell, never stand where git would take them for an option, and git's helper
# transports (ext::, fd::) are refused.
use strict;
use warnings;
use Exporter qw(import);
use File::Path qw(make_path remove_tree);

our @EXPORT_OK = qw(update_source source_revision is_known_type);

my %methods = (
	'src-git' => { init => \&clone_shallow, update => \&pull, control => '.git' },
	'src-git-full' => { init => \&clone_full, update => \&pull, control => '.git' },
	'src-link' => { init => \&make_link },
	'src-cpy' => { init => \&copy_files },
	'src-dummy' => { init => sub { return make_path($_[1]) ? 1 : 0 } },
);

sub is_known_type { return exists $methods{ $_[0] } }

# True when the feed is as its source wants it.
sub update_source {
	my ($feed, $source, $relocated, $force) = @_;
	my $method = $methods{ $feed->{type} };
	my $path = "./feeds/$feed->{name}";
	my $unfinished = "./feeds/$feed->{name}.tmp/fetching";
	if ($relocated || !$method->{update} || !-d "$path/$method->{control}" || -e $unfinished) {
		-l $path ? unlink $path : remove_tree($path);
		# A fetch that was cut off is begun again, not gone on with.
		mark($unfinished) or return 0;
		$method->{init}->($source, $path) or return 0;
		unlink $unfinished;
	}
	elsif (!pinned($source)) {
		$method->{update}->($path, $force) or return 0;
	}
	return 1 unless $method->{control};
	return verify_pin($path, $source) && update_submodules($path);
}

sub mark {
	my ($path) = @_;
	open my $file, '>', $path or return 0;
	return close $file;
}

# "url;branch" and "url^commit".
sub split_source {
	my ($source) = @_;
	return ($1, 'branch', $2) if $source =~ /^([^;]*);(.+)\z/s;
	return ($1, 'commit', $2) if $source =~ /^([^^]*)\^(.+)\z/s;
	return ($source, '', '');
}

sub pinned {
	my (undef, $kind, $commit) = split_source($_[0]);
	return $kind eq 'commit' ? $commit : undef;
}

sub is_safe {
	my ($url, $kind, $reference) = @_;
	if ($url eq '' || $url =~ /^-/ || $url =~ /^[\w.+-]+::/ || $url =~ /[\0-\x1f]/) {
		print STDERR "Refusing the address '$url'\n";
		return 0;
	}
	if ($kind eq 'branch' && $reference !~ m{^[^-\s~^:?*\[\\][^\s~^:?*\[\\]*\z}) {
		print STDERR "Refusing the branch '$reference'\n";
		return 0;
	}
	if ($kind eq 'commit' && $reference !~ /^[0-9a-fA-F]{7,64}\z/) {
		print STDERR "Refusing the commit '$reference': not 7 to 64 hexadecimal digits\n";
		return 0;
	}
	return 1;
}

# Line ends as they are in the repository, whatever the host prefers. What the
# environment configures (GIT_CONFIG_COUNT …) stays in force.
sub git {
	my (@arguments) = @_;
	local $ENV{GIT_TERMINAL_PROMPT} = '0';
	return system('git', '-c', 'core.autocrlf=false', '-c', 'protocol.ext.allow=never', @arguments) == 0;
}

sub git_answer {
	my (@arguments) = @_;
	my $pid = open(my $output, '-|') // return '';
	if ($pid == 0) {
		open STDERR, '>', '/dev/null';
		exec 'git', @arguments or exit 127;
	}
	my $line = <$output> // '';
	close $output;
	chomp $line;
	return $line;
}

sub clone_shallow {
	my ($source, $path) = @_;
	my ($url, $kind, $reference) = split_source($source);
	is_safe($url, $kind, $reference) or return 0;
	my @depth = ('--depth', '1');
	return git('clone', @depth, '--branch', $reference, '--', $url, $path) if $kind eq 'branch';
	return git('clone', @depth, '--', $url, $path) if $kind eq '';

	# One commit where the server gives it, the whole history where it does not.
	git('clone', '--no-checkout', @depth, '--', $url, $path) or return 0;
	if (git_answer('-C', $path, 'rev-parse', 'HEAD') ne $reference) {
		(length $reference >= 40 && fetch_one($path, $reference)) or fetch_all($path) or return 0;
	}
	return checkout($path, $reference);
}

sub fetch_one {
	my ($path, $commit) = @_;
	return system('sh', '-c', 'exec git -C "$1" fetch -q --depth 1 origin "$2" 2>/dev/null', 'sh', $path, $commit) == 0;
}

sub fetch_all {
	my ($path) = @_;
	my @unshallow = git_answer('-C', $path, 'rev-parse', '--is-shallow-repository') eq 'true' ? ('--unshallow') : ();
	return git('-C', $path, 'fetch', '-q', @unshallow, '--tags', 'origin', '+refs/heads/*:refs/remotes/origin/*');
}

sub clone_full {
	my ($source, $path) = @_;
	my ($url, $kind, $reference) = split_source($source);
	is_safe($url, $kind, $reference) or return 0;
	return git('clone', '--branch', $reference, '--', $url, $path) if $kind eq 'branch';
	git('clone', '--', $url, $path) or return 0;
	return $kind eq 'commit' ? checkout($path, $reference) : 1;
}

# On a branch named after the commit, as OpenWrt leaves it.
sub checkout {
	my ($path, $commit) = @_;
	return git('-C', $path, 'checkout', '-B', $commit, $commit);
}

sub pull {
	my ($path, $force) = @_;
	return 1 if git('-C', $path, 'pull', '--ff-only');
	if ($force) {
		git('-C', $path, 'reset', '--hard', 'HEAD');
		git('-C', $path, 'pull', '--ff-only');
	}
	return 0;
}

sub verify_pin {
	my ($path, $source) = @_;
	my $commit = pinned($source) // return 1;
	my $head = git_answer('-C', $path, 'rev-parse', 'HEAD');
	return 1 if length $head && index($head, lc $commit) == 0;
	print STDERR "The feed is at $head, not at the wanted $commit\n";
	return 0;
}

sub update_submodules {
	my ($path) = @_;
	return 1 unless -f "$path/.gitmodules";
	return git('-C', $path, 'submodule', 'update', '--init', '--recursive');
}

sub make_link {
	my ($source, $path) = @_;
	return symlink($source, $path) || do { print STDERR "ln: failed to create symbolic link '$path': $!\n"; 0 };
}

sub copy_files {
	my ($source, $path) = @_;
	return system('cp', '-Rf', '--', $source, $path) == 0;
}

# A short revision, "local", or "X" where nothing was fetched; $long gives all 40 digits.
sub source_revision {
	my ($feed, $long) = @_;
	my $path = "./feeds/$feed->{name}";
	my $method = $methods{ $feed->{type} } or return 'X';
	return 'X' unless -d $path;
	return 'local' unless $method->{control} && -d "$path/$method->{control}";
	return git_answer('-C', $path, 'rev-parse', $long ? () : '--short', 'HEAD');
}

1;
