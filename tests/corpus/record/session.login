session.login
{"name":"alice","media":["chat"],"ready":true}