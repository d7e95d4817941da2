package Metadata;

# The package Makefiles of a directory, asked to describe themselves (one make
# each, remembered in tmp/info until a file they read has changed), and what
# they answered as a data structure.
use strict;
use warnings;
use Cwd qw(getcwd);
use Exporter qw(import);
use File::Basename qw(basename dirname);
use File::Path qw(make_path);

our @EXPORT_OK = qw(scan_packages parse_packageinfo core_sources read_text write_text);

# How deep a package may lie below package/ or feeds/NAME/.
use constant DEPTH => 5;

my $show_progress = 0;

# scan_packages(dir => 'package' or 'feeds/x', out => file)
#   info: where answers are remembered (tmp/info)
#   feed: the name to put into Repository; without it, taken from the path
#   progress: show what is being read, terminal or not
# Writes the merged description to `out` (only when it differs) and returns
# the paths of the Makefiles that could not be read.
sub scan_packages {
	my (%option) = @_;
	my $dir = $option{dir};
	my $folder = $option{info} // 'tmp/info';
	# Standard input decides what a terminal is, as in OpenWrt.
	$show_progress = $option{progress} || -t STDIN;
	make_path($folder);
	my @makefiles = find_makefiles($dir);
	my ($kept, $overrides) = drop_overridden(@makefiles);

	my (@stale, %info);
	for my $makefile (@$kept) {
		$info{$makefile} = info_path($folder, $makefile);
		push @stale, $makefile unless is_fresh($info{$makefile});
	}
	my @broken = refresh(\@stale, \%info, $option{feed});

	my $merged = '';
	for my $makefile (@$kept) {
		my $text = read_text($info{$makefile}) // next;
		$text =~ s/\A.*?^--\n//ms;
		$merged .= "Source-Makefile: $makefile\n";
		$merged .= "Override: $overrides->{$makefile}\n" if $overrides->{$makefile};
		$merged .= "$text\n";
	}
	if (write_text($option{out}, $merged) || @stale) {
		progress('Collecting package info: merging...');
		progress('Collecting package info: done');
		print STDERR "\n";
	}
	return @broken;
}

# A line that takes the place of the one before it.
sub progress {
	my ($text) = @_;
	return unless $show_progress;
	print STDERR $ENV{NO_COLOR} ? "\r$text" : "\e[M\r$text";
	return;
}

# Makefiles that call BuildPackage (or KernelPackage), in name order; links are
# followed, because a feed's packages are links.
sub find_makefiles {
	my ($dir) = @_;
	my @found;
	my %seen;
	my $walk;
	$walk = sub {
		my ($path, $depth) = @_;
		my ($device, $inode) = (stat $path)[0, 1];
		return unless defined $inode;
		opendir my $handle, $path or return;
		my @names = sort grep { !/^\./ } readdir $handle;
		closedir $handle;
		if ($depth > 0 && -f "$path/Makefile" && calls_build_package("$path/Makefile")) {
			push @found, "$path/Makefile";
		}
		return if $depth >= DEPTH;
		return if $seen{"$device:$inode"}++ && $depth > 0 && -l $path;
		for my $name (@names) {
			$walk->("$path/$name", $depth + 1) if -d "$path/$name" && $name !~ /^(?:src|files|patches)\z/;
		}
	};
	$walk->($dir, 0);
	return sort @found;
}

sub calls_build_package {
	my ($path) = @_;
	my $text = read_text($path) // return 0;
	return $text =~ /call\s+(?:BuildPackage|KernelPackage|Build\/DefaultTargets)|^include\s.*(?:luci|package)\.mk/m;
}

# A feed's package of the same name takes the place of the tree's own: that is
# what "feeds install -f" means.
sub drop_overridden {
	my @makefiles = @_;
	my (%of_feed, %override, @kept);
	for my $makefile (@makefiles) {
		$of_feed{ basename(dirname($makefile)) } = $makefile if $makefile =~ m{^package/feeds/};
	}
	for my $makefile (@makefiles) {
		my $name = basename(dirname($makefile));
		my $winner = $of_feed{$name};
		if ($makefile =~ m{^package/} && $winner && $winner ne $makefile && $makefile !~ m{^package/feeds/}) {
			$override{$winner} = dirname($makefile) =~ s{^package/}{}r;
			next;
		}
		push @kept, $makefile;
	}
	return (\@kept, \%override);
}

sub info_path {
	my ($folder, $makefile) = @_;
	return "$folder/.packageinfo-" . (dirname($makefile) =~ s{/}{_}gr);
}

# The names of the tree's own packages, whether a feed's has taken their place or not.
sub core_sources {
	return map { basename(dirname($_)) } grep { !m{^package/feeds/} } find_makefiles('package');
}

# The first part of a remembered description lists the files make read, with
# their sizes and dates, up to a line of two dashes.
sub is_fresh {
	my ($path) = @_;
	open my $file, '<', $path or return 0;
	while (my $line = <$file>) {
		chomp $line;
		return 1 if $line eq '--';
		my ($signature, $name) = split / /, $line, 2;
		return 0 unless defined $name && signature($name) eq $signature;
	}
	return 0;
}

sub signature {
	my @stat = stat $_[0] or return 'absent';
	return "$stat[7]:$stat[9]:$stat[1]";
}

# Several makes at once, one per processor; progress in the order they start.
sub refresh {
	my ($stale, $info, $feed) = @_;
	my $jobs = processors();
	my (%running, @broken);
	my $reap = sub {
		my $pid = wait;
		my $makefile = delete $running{$pid} // return;
		return if $? == 0;
		push @broken, $makefile;
		my $log = 'logs/' . dirname($makefile) . '/dump.txt';
		progress('');
		print STDERR "ERROR: please fix $makefile - see $log for details\n";
	};
	for my $makefile (@$stale) {
		progress('Collecting package info: ' . dirname($makefile));
		$reap->() while keys %running >= $jobs;
		my $pid = fork // die "fork: $!\n";
		if ($pid == 0) {
			my $ok = eval { describe($makefile, $info->{$makefile}, $feed) };
			require POSIX;
			POSIX::_exit($ok ? 0 : 1);
		}
		$running{$pid} = $makefile;
	}
	$reap->() while keys %running;
	return sort @broken;
}

sub processors {
	my $count = () = (read_text('/proc/cpuinfo') // '') =~ /^processor\s/mg;
	return $count || 1;
}

# Asks one Makefile; on failure the answer goes to logs/…/dump.txt.
sub describe {
	my ($makefile, $path, $feed) = @_;
	my $dir = dirname($makefile);
	$feed //= $dir =~ m{^(?:package/)?feeds/([^/]+)} ? $1 : '';
	my $top = getcwd();
	delete @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES)};
	$ENV{TOPDIR} = $top;
	my @command = ('make', '--no-print-directory', '-r', '-s', 'DUMP=1', "FEED=$feed", "TOPDIR=$top", '-C', $dir, 'dumpinfo');
	my ($status, $output, $errors) = capture("$path.$$", @command);
	# What a broken Makefile could say counts, as on OpenWrt: an include that is
	# missing still leaves a package that can be listed. It is asked again each time.
	if ($status != 0) {
		make_path("logs/$dir");
		write_text("logs/$dir/dump.txt", $output . $errors);
		write_text($path, "broken -\n--\n$output");
		return 0;
	}
	my @read = ($makefile);
	if ($output =~ s/^Makefile-List: (.*)\n//m) {
		push @read, map { m{^/} ? $_ : "$dir/$_" } split ' ', $1;
	}
	my %seen;
	my $head = join '', map { signature($_) . " $_\n" } grep { !$seen{$_}++ } @read;
	write_text($path, "$head--\n$output");
	return 1;
}

sub capture {
	my ($temporary, @command) = @_;
	my $pid = open(my $output, '-|') // die "fork: $!\n";
	if ($pid == 0) {
		open STDERR, '>', "$temporary.err" or exit 127;
		exec @command or exit 127;
	}
	local $/;
	my $text = <$output> // '';
	close $output;
	my $status = $?;
	my $errors = read_text("$temporary.err") // '';
	unlink "$temporary.err";
	return ($status, $text, $errors);
}

# {sources => {NAME => SOURCE}, packages => {NAME => PACKAGE}, providers => {NAME => [PACKAGE…]}}
#
# SOURCE: name, makefile, path (below package/ or the feed), builddepends, packages
# PACKAGE: name, src, version, depends, conflicts, provides, variant, default, title, section,
#   category, submenu, hidden, buildonly, menu, description, config, license, repository, …
sub parse_packageinfo {
	my ($text) = @_;
	my (%sources, %packages, %providers, @order);
	my ($source, $package, $block);
	for my $line (split /\n/, $text) {
		if ($block) {
			if ($line eq '@@') { $block = undef }
			else { $$block .= "$line\n" }
			next;
		}
		my ($field, $value) = $line =~ /^([A-Za-z][\w\/-]*):[ \t]*(.*?)\s*\z/ or next;
		if ($field eq 'Source-Makefile') {
			my $name = basename(dirname($value));
			$source = { name => $name, makefile => $value, path => dirname($value), builddepends => [], packages => [] };
			$source->{path} =~ s{^package/}{};
			$sources{$name} = $source;
			undef $package;
		}
		elsif ($field eq 'Override') { $source->{override} = $value }
		elsif ($field eq 'Build-Depends') { $source->{builddepends} = [split ' ', $value] }
		elsif ($field eq 'Package') {
			$package = {
				name => $value, src => $source, depends => [], mdepends => [], conflicts => [], provides => [$value],
				title => '', version => '', description => '', config => '',
			};
			if (my $other = $packages{$value}) {
				$other->{src}{packages} = [grep { $_ != $other } @{ $other->{src}{packages} }];
				@order = grep { $_ != $other } @order;
			}
			$packages{$value} = $package;
			push @{ $source->{packages} }, $package;
			push @order, $package;
		}
		elsif (!$package) { next }
		elsif ($field eq 'Version') { $package->{version} = $value }
		elsif ($field eq 'Depends') { $package->{depends} = [split ' ', $value] }
		elsif ($field eq 'Menu-Depends') { $package->{mdepends} = [split ' ', $value] }
		elsif ($field eq 'Conflicts') { $package->{conflicts} = [split ' ', $value] }
		elsif ($field eq 'Provides') { push @{ $package->{provides} }, grep { $_ ne $package->{name} } map { s/^@//r } split ' ', $value }
		elsif ($field eq 'Build-Variant') { $package->{variant} = $value }
		elsif ($field eq 'Default-Variant') { $package->{default_variant} = 1 }
		elsif ($field eq 'Default') { $package->{default} = $value }
		elsif ($field eq 'Hidden') { $package->{hidden} = $value }
		elsif ($field eq 'Build-Only') { $package->{buildonly} = $value }
		elsif ($field eq 'Title') { $package->{title} = $value }
		elsif ($field eq 'Source') { $package->{source} = $value }
		elsif ($field eq 'Require-User') { $package->{users} = [split ' ', $value] }
		elsif ($field eq 'Description') { $package->{description} = "$value\n"; $block = \$package->{description} }
		elsif ($field eq 'Config') { $package->{config} = ''; $block = \$package->{config} }
		else { $package->{ lc $field =~ tr/-/_/r } = $value }
	}
	for my $each (@order) {
		push @{ $providers{$_} }, $each for @{ $each->{provides} };
	}
	return { sources => \%sources, packages => \%packages, providers => \%providers };
}

sub read_text {
	my ($path) = @_;
	open my $file, '<', $path or return;
	local $/;
	my $text = <$file>;
	return $text // '';
}

# By a temporary name, and only when the content differs: a date that does not
# change keeps everything after it up to date.
sub write_text {
	my ($path, $text) = @_;
	my $old = read_text($path);
	return 0 if defined $old && $old eq $text;
	open my $file, '>', "$path.$$.tmp" or die "$path: $!\n";
	print {$file} $text;
	close $file or die "$path: $!\n";
	rename "$path.$$.tmp", $path or die "$path: $!\n";
	return 1;
}

1;
