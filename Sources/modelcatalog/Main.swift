import ArgumentParser
import Configuration
import GRDB
import Hummingbird

@main struct Main { static func main() {} }
