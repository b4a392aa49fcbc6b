from snowdrop.host.command import main

main()
